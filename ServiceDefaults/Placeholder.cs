namespace AuthDemo.ServiceDefaults;
